"""Character classes for regular expressions (without their brackets) and the look-alike letters of two alphabets."""

import re

LETTER = r"[^\W\d_]"

# Combining marks that are laid over Latin and Cyrillic letters; other scripts keep theirs.
MARK = "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"

# Take no room on the screen: soft hyphen, joiners, direction controls, fillers, variation selectors, tags.
HIDDEN = (
    "\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff"
)

# What clean Russian, Ukrainian and English text is made of, bar the line feed and the apostrophe's variants.
PLAIN = "\u0020-\u005f\u0061-\u007e\u00a7\u00ab\u00bb\u0400-\u0482\u048a-\u04ff–—“”„…№€₴₽•"

# The Cyrillic letters that no Latin letter looks like, lower case.
UNMISTAKABLE = re.compile("[бвгдёжзийклмнптфцчшщъыьэюяєїґўђћџљњ]")

LATIN = re.compile("[A-Za-zÀ-ɏ]")
CYRILLIC = re.compile("[Ѐ-ӿ]")

# Same shape in print.
TWINS = str.maketrans("aceiopxyëïABCEHIKMOPTXYËÏ", "асеіорхуёїАВСЕНІКМОРТХУЁЇ")
# Near enough to be typed in their stead.
NEAR_TWINS = str.maketrans("bhkmt", "ьнкмт")
