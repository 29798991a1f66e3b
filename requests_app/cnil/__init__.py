"""What passes between the dossier and the CNIL: transmissions, decisions, obligations, commitments."""
