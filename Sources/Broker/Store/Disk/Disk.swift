/// The files of one data directory: the seam at which tests make a disk fail.
///
/// The directory is flat; a name has no slash. Nothing is durable before it was synced: bytes and
/// length of a file by ``DiskFile/sync()``, that it is there under its name by
/// ``syncDirectory()``.
///
/// Confined to the store's thread, like everything it hands out.
package protocol Disk: AnyObject {
    /// Makes an empty file; one of that name is there already is an error (`EEXIST`).
    func create(_ name: String) throws(DiskError) -> any DiskFile

    /// Opens a file that is there; `ENOENT` when it is not.
    func open(_ name: String) throws(DiskError) -> any DiskFile

    /// The names of all files, in any order.
    func list() throws(DiskError) -> [String]

    /// Gives a file another name, in place of one that has it.
    func rename(_ name: String, to other: String) throws(DiskError)

    func remove(_ name: String) throws(DiskError)

    /// Makes durable what was created, renamed and removed.
    func syncDirectory() throws(DiskError)

    /// How much there is, and how much of it is free.
    func room() throws(DiskError) -> DiskRoom
}

/// How big a disk is.
package struct DiskRoom: Hashable, Sendable {
    /// Bytes that this user may still write.
    package var freeBytes: UInt64
    package var totalBytes: UInt64

    package init(freeBytes: UInt64, totalBytes: UInt64) {
        self.freeBytes = freeBytes
        self.totalBytes = totalBytes
    }
}

/// One open file.
package protocol DiskFile: AnyObject {
    var name: String { get }

    /// Reads as many bytes as there are room for, fewer only at the file's end.
    func read(at offset: UInt64, into bytes: UnsafeMutableRawBufferPointer) throws(DiskError) -> Int

    /// Writes all bytes, or throws; then any part of them may be there. Nothing beside them is
    /// changed, neither then nor in a crash.
    func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) throws(DiskError)

    /// Makes bytes and length durable.
    ///
    /// When it throws, nothing is known of what was written since the last one that did not, and
    /// a later one that succeeds proves nothing about it: those bytes have to be written anew.
    func sync() throws(DiskError)

    func truncate(to bytes: UInt64) throws(DiskError)

    func size() throws(DiskError) -> UInt64

    /// Gives the descriptor back. What was not synced stays unsynced.
    func close()
}

/// What the operating system answered.
package struct DiskError: Error, Hashable, Sendable {
    /// What was asked of the disk.
    package enum Operation: String, Hashable, Sendable {
        case create, open, list, rename, remove, read, write, sync, truncate, measure
    }

    package var operation: Operation
    /// The file, or the directory.
    package var path: String
    /// `errno`.
    package var code: Int32

    package init(_ operation: Operation, _ path: String, code: Int32) {
        self.operation = operation
        self.path = path
        self.code = code
    }
}
