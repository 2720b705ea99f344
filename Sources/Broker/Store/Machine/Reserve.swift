/// Room on the disk that is the store's own: what it must be able to write when there is no other.
///
///     reserve     noise, so that it takes its room also where files are compressed
///
/// It costs ``StoreLimits/reserveBytes``, or a sixteenth of a disk that is smaller than sixteen
/// times that, and the size of the root. It is given up when the disk runs full, by removing it;
/// what it held is divided so that neither part can use up the other's:
///
///     a quarter    batches, as they come: what was under way, what settles and takes back
///     the rest     a root, and with half of what it leaves copies of what lives in files that go
///
/// Why that is enough: a root is as big as what is alive needs it to be. With everything settled it
/// names queues and what is noted of them and no message, no record is copied, and every file of
/// the log and of segments goes. The root before it, whose size is part of the reserve, named them
/// too. Until everything is settled a root is only written for files that give back more than it
/// grows by, so that none that names much uses the reserve up. It is not enough for what others
/// take of the room meanwhile: they have to give it back.
struct Reserve {
    static let name = "reserve"
    private static let noiseBytes = 262_144

    /// Bytes that it holds; 0 when it is given up.
    private(set) var bytes: UInt64 = 0

    /// Looks at what an earlier process has left.
    mutating func find(among names: [String], on disk: any Disk) {
        guard names.contains(Self.name), let file = try? disk.open(Self.name) else { return }
        defer { file.close() }
        self.bytes = (try? file.size()) ?? 0
    }

    /// Takes so much room, if it has not got it; when that fails it has as much as before.
    mutating func take(_ wanted: UInt64, on disk: any Disk) throws(DiskError) {
        guard wanted > self.bytes else { return }
        let file = self.bytes > 0 ? try disk.open(Self.name) : try Self.create(on: disk)
        defer { file.close() }
        do throws(DiskError) {
            var end = self.bytes
            while end < wanted {
                let noise = Self.noise(Int(min(wanted - end, UInt64(Self.noiseBytes))), seed: end)
                try file.write(noise, at: end)
                end += UInt64(noise.count)
            }
            try file.sync()
            if self.bytes == 0 { try disk.syncDirectory() }
        } catch {
            // What it got would be room that nobody has.
            if self.bytes == 0 { try? disk.remove(Self.name) }
            if self.bytes > 0 { try? file.truncate(to: self.bytes) }
            throw error
        }
        self.bytes = wanted
    }

    /// Gives the room back, for what has to be written.
    mutating func giveUp(on disk: any Disk) {
        self.bytes = 0
        try? disk.remove(Self.name)
    }

    private static func create(on disk: any Disk) throws(DiskError) -> any DiskFile {
        do throws(DiskError) {
            return try disk.create(Self.name)
        } catch {
            guard error.code == 17 else { throw error }  // EEXIST: one that was not to be removed.
            try disk.remove(Self.name)
            return try disk.create(Self.name)
        }
    }

    /// Bytes that cannot be compressed (xorshift64).
    private static func noise(_ count: Int, seed: UInt64) -> [UInt8] {
        var state = seed ^ 0x9E37_79B9_7F4A_7C15
        return [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            let raw = UnsafeMutableRawBufferPointer(buffer)
            for offset in stride(from: 0, to: count - 7, by: 8) {
                state ^= state << 13
                state ^= state >> 7
                state ^= state << 17
                raw.storeBytes(of: state, toByteOffset: offset, as: UInt64.self)
            }
            for offset in (count & ~7)..<count { raw[offset] = UInt8(truncatingIfNeeded: offset) }
            initialized = count
        }
    }
}
