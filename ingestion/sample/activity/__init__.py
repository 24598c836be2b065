"""What people of the sample do on their accounts."""
