"""Lines for the rules on footnotes, sources and references: found at the mark, or left alone."""

FOUND = {
    "footnote-undefined": [
        "It rains.¦[^7]",
        "It rains.¦[^rain] The sea rises.",
        "- **Rain:** It rains.¦[^7]",
        "It rains.¦[^7]\n\n[^8]: The log.\n\nThe log.[^8]",
    ],
    "footnote-unused": [
        "¦[^7]: The log of the harbor.",
        "It rains.[^7]\n\n[^7]: The log.\n\n¦[^8]: Another log.",
        "¦[^Log]: The log of the harbor.",
        "- **Rain:** It rains.\n\n¦[^7]: The log of the harbor.",
    ],
    "footnote-doubled": [
        "It rains.[^7]\n\n[^7]: The log.\n\n¦[^7]: A diary.",
        "It rains.[^Log]\n\n[^Log]: The log.\n\n¦[^log]: A diary.",
    ],
    "link-unmade": [
        "The [count¦][log] of it.",
        "The [count¦] (https://www.ine.pt) of it.",
        "The (count¦)[https://www.ine.pt] of it.",
        "The (count¦)[www.ine.pt] of it.",
        "The [count¦] (www.ine.pt) of it.",
        "The [count¦] (#crises) of it.",
        "It rains [4¦][5].",
    ],
    "reference-unused": [
        "It rains.\n\n¦[1]: https://www.atlanticoline.pt",
        "¦[log]: <https://www.atlanticoline.pt> 'The log'",
        "- It rains.\n\n  ¦[1]: https://www.atlanticoline.pt",
        "Ask [them][1].\n\n[1]: https://www.ine.pt\n¦[2]: https://www.atlanticoline.pt",
    ],
    "source-promised": [
        "It rains ¦[citation needed].",
        "It rains ¦[source?].",
        "It rains ¦[Source].",
        "It rains ¦【12†source】.",
        "It rains, as ¦Error! Reference source not found. says.",
        "It rains ¦[cite: 12, 13].",
        "It rains ¦[Reference missing].",
        "It rains ¦[ref required].",
        "It rains ¦[source to follow].",
        "It rains ¦[oaicite:3].",
        "See ¦Error! Bookmark not defined.",
        "See ¦Error! Hyperlink reference not valid.",
    ],
    "reference-lost": [
        "On ferries see ¦section 9.",
        "On ferries see also ¦Section 4.7.",
        "The duties (cf. ¦section 12) are high.",
        "The duties of ¦section 8 below are high.",
        "The duties of ¦section 8 above are high.",
        "The duties of ¦section 8 of this brief are high.",
        "Compare ¦section 8.\n\n8 ferries sail.",
    ],
}
ALONE = {
    "footnote-undefined": [
        "It rains.[^7]\n\n[^7]: The log of the harbor.",
        "It rains.[^Rain]\n\n[^rain]: The log of the harbor.",
        "The code `[^7]` is a mark.",
        "The minister [of finance] resigned.",
    ],
    "footnote-unused": [
        "It rains.[^7]\n\n[^7]: The log of the harbor.",
        "It rains.[^Rain]\n\n[^rain]: The log of the harbor.",
        "| Rain |  |\n|---|---|\n| often[^7] | heavy |\n\n[^7]: The log of the harbor.",
    ],
    "footnote-doubled": [
        "It rains.[^7][^8]\n\n[^7]: The log.\n\n[^8]: A diary.",
        "It rains.[^7] It snows.[^7]\n\n[^7]: The log.",
    ],
    "link-unmade": [
        "The [count][log] of it.\n\n[log]: https://www.ine.pt",
        "The minister [of finance] (a Socialist) resigned.",
        "The code `a[i][j]` is a cell.",
        "He said [sic] (twice) that it rains.",
    ],
    "reference-unused": [
        "Ask [them][1].\n\n[1]: https://www.ine.pt",
        "Ask [them].\n\n[them]: https://www.ine.pt",
        "Ask the office\n[of statistics]: it knows.",
        "```\n[1]: https://www.ine.pt\n```",
    ],
    "source-promised": [
        "The minister [of finance] resigned.",
        "It rains ([source](https://www.ine.pt)).",
        "A source is needed for the river.",
        "The error was grave.",
    ],
    "reference-lost": [
        "On ferries see section 4.",
        "On duties see section 232 of the Trade Expansion Act.",
        "On duties see section 7 of the Act.",
        "On duties see section 12 in the treaty.",
        "On duties see section 12 to the left.",
        "On rivers see section 9.\n\n### 9. Rivers\n\nThey rise.",
        "On rivers see section 9.1.\n\n**9.1 Rivers**\n\nThey rise.",
        "Section 12 housing is scarce.",
        "Under section 9 the minister decides.",
    ],
}
