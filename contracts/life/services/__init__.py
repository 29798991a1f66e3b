"""What happens to a convention once it is signed: force, suspension, end, renewal, amendment, destruction."""
