"""What a legal officer and an officer type while they write a convention."""
