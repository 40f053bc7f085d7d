from assetmap.domain.errors import FileRefused
def read_xlsx(data, limits, sheet=None):
    raise FileRefused("soon")
