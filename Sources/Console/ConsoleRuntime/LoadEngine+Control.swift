import LoadTest

extension LoadEngine: LoadControl {}
