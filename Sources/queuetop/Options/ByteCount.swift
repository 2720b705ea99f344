import ArgumentParser
import Settings

/// A number of bytes as people write it: `1073741824`, `512MiB`, `50MB`.
struct ByteCount: ExpressibleByArgument {
    let bytes: Int

    init(bytes: Int) { self.bytes = bytes }

    init?(argument: String) {
        guard let bytes = ValueText.bytes(argument) else { return nil }
        self.bytes = bytes
    }
}
