"""Pages for people, one blueprint a subject."""
