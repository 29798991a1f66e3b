"""What pages of the committee read, in a constant number of queries."""
