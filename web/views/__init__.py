"""What templates show: one dataclass a template, made from answers, with every link in it."""
