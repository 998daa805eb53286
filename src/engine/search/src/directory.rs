//! The blocks as tantivy's `Directory`: read-only, one segment, synchronous; a read of an absent block is an IO error.

use crate::blocks::Blocks;
use std::fmt;
use std::io;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;
use tantivy::HasLen;
use tantivy::directory::error::{DeleteError, LockError, OpenReadError, OpenWriteError};
use tantivy::directory::{
    Directory, DirectoryLock, FileHandle, Lock, OwnedBytes, WatchCallback, WatchHandle, WritePtr,
};

/// Tantivy's view of the blocks.
#[derive(Clone)]
pub(crate) struct BlockDirectory(pub(crate) Arc<Blocks>);

impl fmt::Debug for BlockDirectory {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("BlockDirectory")
    }
}

struct BlockFile {
    blocks: Arc<Blocks>,
    file: usize,
}

impl fmt::Debug for BlockFile {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("BlockFile")
    }
}

impl HasLen for BlockFile {
    fn len(&self) -> usize {
        self.blocks.length(self.file)
    }
}

impl FileHandle for BlockFile {
    fn read_bytes(&self, range: Range<usize>) -> io::Result<OwnedBytes> {
        self.blocks.read(self.file, range)
    }
}

impl BlockDirectory {
    /// Segment files are known by their extension alone: there is one segment.
    fn file(&self, path: &Path) -> Option<usize> {
        let name = path.to_str()?;
        self.0.file(name.rsplit_once('.')?.1)
    }
}

impl Directory for BlockDirectory {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        let file = self.file(path).ok_or_else(|| OpenReadError::FileDoesNotExist(path.to_owned()))?;
        Ok(Arc::new(BlockFile { blocks: Arc::clone(&self.0), file }))
    }

    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        Ok(self.file(path).is_some())
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        let file = self.file(path).ok_or_else(|| OpenReadError::FileDoesNotExist(path.to_owned()))?;
        match self.0.read(file, 0..self.0.length(file)) {
            Ok(bytes) => Ok(bytes.to_vec()),
            Err(error) => Err(OpenReadError::wrap_io_error(error, path.to_owned())),
        }
    }

    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        Err(DeleteError::FileDoesNotExist(path.to_owned()))
    }

    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        Err(OpenWriteError::FileAlreadyExists(path.to_owned()))
    }

    fn atomic_write(&self, _path: &Path, _data: &[u8]) -> io::Result<()> {
        // What tantivy notes of an index when it begins to use it: nobody reads it again.
        Ok(())
    }

    fn sync_directory(&self) -> io::Result<()> {
        Ok(())
    }

    fn acquire_lock(&self, _lock: &Lock) -> Result<DirectoryLock, LockError> {
        // Nothing here can change, so nothing needs a lock.
        Ok(DirectoryLock::from(Box::new(())))
    }

    fn watch(&self, _callback: WatchCallback) -> tantivy::Result<WatchHandle> {
        Ok(WatchHandle::empty())
    }
}
