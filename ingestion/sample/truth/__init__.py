"""What is true of the sample company."""
