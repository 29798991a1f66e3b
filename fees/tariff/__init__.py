"""The pure calculator of fees: no database, no clock, no float; facts and grid versions in, an explained amount out."""
