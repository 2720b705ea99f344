/// Something on the disk that is not what was written there.
package struct DamageReport: Hashable, Sendable, CustomStringConvertible {
    /// What is wrong with the bytes.
    package enum Kind: Hashable, Sendable {
        /// Bytes that were synced once are others now.
        case damaged
        /// The log ends in the middle of a batch. A crash does that to what no sync had reached;
        /// whether more has been cut off by something else cannot be told.
        case torn
    }

    package var kind = Kind.damaged
    /// The file and where in it.
    package var place: String
    package var bytes: Int
    /// The file that the bytes were copied to; nil when they could not be read or written, or are
    /// no loss.
    package var quarantine: String?

    package init(
        _ kind: Kind = .damaged, place: String, bytes: Int, quarantine: String? = nil
    ) {
        self.kind = kind
        self.place = place
        self.bytes = bytes
        self.quarantine = quarantine
    }

    package var description: String {
        let copy = self.quarantine.map { "; a copy is in \($0)" } ?? ""
        return switch self.kind {
        case .damaged: "\(self.bytes) damaged bytes in \(self.place) were left out\(copy)"
        case .torn:
            "\(self.place) ends with \(self.bytes) bytes of a torn batch, which were cut off; a "
                + "crash leaves such a tail of what nobody was told of, without one it is damage"
        }
    }
}
