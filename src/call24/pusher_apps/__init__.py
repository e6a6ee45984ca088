"""The Pusher applications of organisations: their keys and secrets, and what each is allowed."""
