"""Days and times of staff who chose this style; see `apps.common.reader`."""

DATE_FORMAT = SHORT_DATE_FORMAT = "m/d/Y"
TIME_FORMAT = "H:i"
DATETIME_FORMAT = SHORT_DATETIME_FORMAT = "m/d/Y H:i"
