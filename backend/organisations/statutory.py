"""Statutory days off (全国年节及纪念日放假办法, revised 2024) of years whose notice is not out, by rule."""

from datetime import date
from functools import lru_cache

from holidays import country_holidays


@lru_cache(maxsize=16)
def days_off(year: int) -> dict[date, str]:
    """Day -> its Chinese name. Days shifted to or from weekends are for the yearly notice alone to say."""
    return dict(country_holidays("CN", years=year, observed=False, language="zh_CN"))
