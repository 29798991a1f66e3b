"""Tags of the pages that citizens read."""
