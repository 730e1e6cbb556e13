"""How the rules judge a site: one module per family of themes, then the outcome."""
