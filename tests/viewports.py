"""The windows that pages are looked at in."""

PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
