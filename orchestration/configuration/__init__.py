"""What is wrong in scrm.yml though each of its lines is valid."""
