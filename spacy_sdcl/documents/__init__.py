"""What people write in: passages of prose, and the places of a document that they come from."""
