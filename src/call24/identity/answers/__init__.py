"""What the routes of this room answer. Types only: the OpenAPI document is made from them."""
