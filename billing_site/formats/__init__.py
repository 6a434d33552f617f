"""Date and time formats on screen."""
