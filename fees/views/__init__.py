"""The pages of the fees: for everybody, and the desk of who draws up and approves."""
