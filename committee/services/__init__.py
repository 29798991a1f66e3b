"""What is done that is no move of a session: members, calendar, agenda, allocation, reports, votes, papers."""
