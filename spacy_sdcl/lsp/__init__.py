"""A language server: open documents are checked in editors as they are written."""
