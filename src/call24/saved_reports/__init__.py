"""Reports that users save under a name, and that are sent by e-mail at set times."""
