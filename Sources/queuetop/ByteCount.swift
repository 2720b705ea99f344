import ArgumentParser

/// A number of bytes as people write it: `1073741824`, `512MiB`, `2GiB`.
struct ByteCount: ExpressibleByArgument {
    private static let units = [("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30)]

    let bytes: Int

    init?(argument: String) {
        let unit = Self.units.first { argument.hasSuffix($0.0) }
        let digits = argument.dropLast(unit?.0.count ?? 0)
        guard let number = Int(digits), number > 0 else { return nil }
        let (bytes, isTooMuch) = number.multipliedReportingOverflow(by: unit?.1 ?? 1)
        guard !isTooMuch else { return nil }
        self.bytes = bytes
    }
}
