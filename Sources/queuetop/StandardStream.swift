import Glibc

/// Standard output and error, written to at once and without a buffer of our own.
enum StandardStream: CInt {
    case output = 1
    case error = 2

    func write(_ text: String) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { bytes in
                Glibc.write(self.rawValue, bytes.baseAddress, bytes.count)
            }
            // Nobody reads it any more, or the disk is full: there is nowhere left to say so.
            guard count > 0 || errno == EINTR else { return }
            rest = rest.dropFirst(max(0, count))
        }
    }
}
