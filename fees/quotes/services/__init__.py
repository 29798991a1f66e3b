"""What is done to quotes, estimates and facts; every function takes `by=` and `at=`."""
