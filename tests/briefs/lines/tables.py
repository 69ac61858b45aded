"""Lines for the rules on tables and lists: found at the mark, or left alone."""

FOUND = {
    "table-head-empty": [
        "| Island |¦ |\n|---|---|\n| Faial | Horta |",
        "| Island | Port |¦ |\n|---|---|---|\n| Faial | Horta | late |",
    ],
    "table-cells-lost": [
        "| Island | Port |\n|---|---|\n| Faial | Horta |¦ late |",
        "Island | Port\n---|---\nFaial | Horta |¦ late",
        "| Island | Port |\n|---|---|\n| `a|b` |¦ late |",
        "- Ports\n\n  | Island | Port |\n  |---|---|\n  | Faial | Horta |¦ late |",
    ],
    "table-cells-missing": [
        "| Island | Port |\n|---|---|\n¦| Faial |",
        "| Island | Port |\n|---|---|\n| Faial | Horta |\n¦Source: the log.",
        "| A | B | C |\n|---|---|---|\n¦| Faial | Horta |",
    ],
    "table-narrow": [
        "¦| Island |\n|---|\n| Faial |",
        "- Ports\n\n  ¦| Island |\n  |---|\n  | Faial |",
    ],
    "table-broken": [
        "¦| Island | Port |\n|---|\n| Faial | Horta |",
        "¦| Faial | Horta |\n| Pico | Madalena |",
        "The ports:\n¦| Island | Port |\n| Faial | Horta |",
    ],
    "numbering-broken": [
        "1. Faial\n2. Pico\n¦2. Flores\n4. Corvo",
        "1. Faial\n¦3. Pico",
        "3. Faial\n¦3. Pico\n4. Corvo",
        "> 1. Faial\n> ¦3. Pico",
        "1) Faial\n2) Pico\n¦2) Flores",
    ],
    "markers-mixed": [
        "- Faial\n¦* Pico\n\nThe sea.",
        "1. Faial\n¦2) Pico\n\nThe sea.",
        "- Faial\n  - Horta\n  ¦* Cedros\n\nThe sea.",
        "- Faial\n¦* Pico\n- Flores\n\nThe sea.",
        "> - Faial\n> ¦+ Pico",
    ],
    "bullet-typed": [
        "¦• Faial\n• Pico",
        "The islands:\n¦• Faial\n• Pico",
        "- ¦• Faial",
        "¦▪ Faial",
    ],
}
ALONE = {
    "table-head-empty": [
        "| | Port |\n|---|---|\n| Faial | Horta |",
        "| Island | Port |\n|---|---|\n| Faial | |",
    ],
    "table-cells-lost": [
        "| Island | Port |\n|---|---|\n| Faial | Horta |",
        "Island | Port\n---|---\nFaial | Horta",
        "| Island | Port |\n|---|---|\n| a\\|b | Horta |",
        "| Island | Port |\n|---|---|\n| Faial | Horta",
    ],
    "table-cells-missing": [
        "| Island | Port |\n|---|---|\n| Faial | |",
        "| Island | Port |\n|---|---|\n| Faial | Horta |\n\nSource: the log.",
        "| Island | Port |\n|---|---|\n|| Horta |",
    ],
    "table-narrow": ["| Island | Port |\n|---|---|\n| Faial | Horta |", "- Faial\n- Pico"],
    "table-broken": [
        "| Island | Port |\n|---|---|\n| Faial | Horta |",
        "The norm |x| is positive.",
        "```\n| Island | Port |\n```",
    ],
    "numbering-broken": [
        "1. Faial\n2. Pico\n3. Flores",
        "1. Faial\n1. Pico\n1. Flores",
        "4. Faial\n5. Pico",
        "1. Faial\n   1. Horta\n   2. Cedros\n2. Pico",
        "1949. The treaty was signed.",
    ],
    "markers-mixed": [
        "- Faial\n- Pico",
        "- Faial\n  * Horta\n  * Cedros\n- Pico",
        "- Faial\n\nThe sea lies between them.\n\n* Pico",
        "- Faial\n\n1. Pico\n\nThe sea.",
    ],
    "bullet-typed": [
        "- Faial\n- Pico",
        "Faial • Pico • Flores",
        "| Done | Port |\n|---|---|\n| ● | Horta |",
    ],
}
