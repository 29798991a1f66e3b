"""Seals and signatures of a PDF (PAdES, by pyHanko), and the judgement of a file that somebody shows: values in and out, no database."""
