"""The composition root: builds everything from the settings, wires the rooms to each other, and runs the server.

Nothing else knows how the parts are put together, and nothing here decides anything about calls or people.
"""
