import Core

/// Chunks of messages that are in no log, written out so that they need no memory.
///
/// Never synced, and removed when the process begins: what is in them ends with it.
package struct SpillFiles {
    package static let prefix = "spill-"
    private let fileBytesMax: UInt64

    private struct Place {
        var file: Int
        var offset: UInt64
        var bytes: Int
    }

    private struct File {
        let handle: any DiskFile
        var bytes: UInt64 = 0
        var chunks = 0
    }

    private var places: [ChunkLoad: Place] = [:]
    private var files: [Int: File] = [:]
    private var current = 0

    /// - Parameter fileBytesMax: Bytes of one file before the next begins.
    package init(fileBytesMax: UInt64 = 67_108_864) { self.fileBytesMax = fileBytesMax }

    /// Writes a chunk, unless it is kept already.
    package mutating func keep(
        _ load: ChunkLoad, _ bytes: [UInt8], on disk: any Disk
    ) throws(StoreError) {
        guard self.places[load] == nil else { return }
        try onDisk { () throws(DiskError) in
            var file = try self.roomyFile(on: disk)
            try file.handle.write(bytes, at: file.bytes)
            self.places[load] = Place(
                file: self.current, offset: file.bytes, bytes: bytes.count)
            file.bytes += UInt64(bytes.count)
            file.chunks += 1
            self.files[self.current] = file
        }
    }

    private mutating func roomyFile(on disk: any Disk) throws(DiskError) -> File {
        if let file = self.files[self.current], file.bytes < self.fileBytesMax { return file }
        self.removeIfEmpty(self.current, on: disk)
        let next = self.current + 1
        let file = File(handle: try disk.create(Self.prefix + String(next)))
        self.current = next
        self.files[next] = file
        return file
    }

    /// A chunk that is kept; nil when it is not.
    package func read(_ load: ChunkLoad, on disk: any Disk) throws(StoreError) -> [UInt8]? {
        guard let place = self.places[load], let file = self.files[place.file] else { return nil }
        let bytes = try onDisk { () throws(DiskError) in
            try file.handle.read(place.bytes, at: place.offset)
        }
        guard bytes.count == place.bytes else {
            throw .damaged(path: file.handle.name, what: "it is shorter than it was")
        }
        return bytes
    }

    /// Forgets a chunk.
    package mutating func release(_ load: ChunkLoad, on disk: any Disk) {
        guard let place = self.places.removeValue(forKey: load) else { return }
        self.files[place.file]?.chunks -= 1
        if place.file != self.current { self.removeIfEmpty(place.file, on: disk) }
    }

    private mutating func removeIfEmpty(_ number: Int, on disk: any Disk) {
        guard let file = self.files[number], file.chunks == 0 else { return }
        self.files[number] = nil
        file.handle.close()
        // One that stays is removed at the next start.
        try? disk.remove(file.handle.name)
    }
}
