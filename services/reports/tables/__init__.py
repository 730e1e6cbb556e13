"""Tables of the documents, one subject a module."""
