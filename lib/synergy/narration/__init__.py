"""What the book says about its claims."""
