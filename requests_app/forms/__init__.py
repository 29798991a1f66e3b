"""What people type into a dossier: one file per kind of form; `base` turns what the domain refuses into errors of the form."""
