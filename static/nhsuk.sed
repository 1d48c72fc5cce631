# What make does to the stylesheet of nhsuk-frontend on its way to static/nhsuk.css:
# our own font in place of one from another host, our address for images, and the deep green of the HSE for the blue of the NHS.
s/@font-face *\{[^}]*\}//g
s/Frutiger W01,/Atkinson Hyperlegible Next,/g
s|/assets/images/|/static/images/|g
s|/\*# sourceMappingURL=.*\*/||
s/#005eb8/#02594c/g
s/#002f5c/#012c26/g
s/#004b93/#02473d/g
s/#003d78/#013a32/g
s/#004281/#023e35/g
s/#0055a6/#025045/g
s/#337ec6/#357a70/g
s/#c7dcef/#c7dbd8/g
s/#d9e7f4/#d9e6e4/g
s/#ccdff1/#ccdedb/g
s/#003087/#013a32/g
s/#007f3b/#00735c/g
s/#00662f/#005c4a/g
s/#00401e/#003a2e/g
