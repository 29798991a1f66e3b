"""What stands around the application: the database launcher, the demo, the checks and the translations."""
