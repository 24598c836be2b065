"""What a run tells: as plain values, as a summary, while it goes on."""
