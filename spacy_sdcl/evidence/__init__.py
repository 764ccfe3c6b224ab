"""What counting says about a text: beside the network's opinion, or instead of it."""
