"""Flask front end: translates requests to services and results to pages and maps."""
