"""Pages of the room: the portal for citizens, the desk for who declares and approves."""
