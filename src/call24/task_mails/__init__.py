"""E-mails that become tasks: addresses of an organisation, a mail server for them, and what is made of a mail."""
