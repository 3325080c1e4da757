"""HTTP as a producer: files are posted, outcomes are asked for or listened to."""
