"""The manager's page: tagged rows in columns → panels, each computed by rules stated on the page."""
